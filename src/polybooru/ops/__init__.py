"""Health, readiness and metrics, for the operator and his machines."""
