"""WhatsApp Cloud API: the only place that knows Meta's JSON names and limits."""
