"""The OpenAPI document held to the running product by schemathesis: ``python -m tests.contract``."""
