"""ARM templates: their expressions evaluated, and expanded into the resources that they deploy.

It imports `creation` and the model, for rows and ids. Syntax and functions:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions (2025-04).
"""
