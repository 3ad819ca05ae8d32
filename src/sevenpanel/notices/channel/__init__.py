"""The operator's channel on Telegram, in both directions (docs/notices.md, The channel)."""
