#!/bin/bash
exec provider-services run
