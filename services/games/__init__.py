"""Bets, and the draws behind them."""
