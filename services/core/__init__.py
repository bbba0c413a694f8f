"""Shared by every area: transactions, idempotency, jobs, schedules, the vault, the audit log and errors."""
