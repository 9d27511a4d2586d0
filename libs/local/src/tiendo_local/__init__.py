"""PostgreSQL, Kafka, SMTP sink and token issuer on one machine without Docker; runs the services and the demo."""
