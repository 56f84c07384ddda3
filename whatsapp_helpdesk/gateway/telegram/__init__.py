"""The Telegram Bot API: one bot is one account, and one connection."""
