// A stand-in for Akash's provider-services, for tests: see README.md.
module iplease.test/lab/provider-standin

go 1.24.0

require gopkg.in/yaml.v3 v3.0.1
