# SPDX-License-Identifier: Apache-2.0
"""A real Kubernetes cluster for the tests, in its own namespaces."""
