"""PostgreSQL, Kafka, an SMTP sink and a token issuer on one machine, without Docker or root."""
