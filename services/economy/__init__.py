"""Coins: the ledger, earnings, payments, offers and corrections."""
