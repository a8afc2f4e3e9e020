"""Terraform: plans and state as `terraform show -json` prints them, and what their resources are in ARM.

It imports `creation` and the model. `types` holds a file a service, with a function a Terraform type.
"""
