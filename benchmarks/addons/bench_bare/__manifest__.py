{
    "name": "Benchmark: a bare webhook",
    "summary": "The practical limit: a signature check and one INSERT, nothing else",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "whatsapp_helpdesk contributors",
    "website": "https://github.com/OCA/helpdesk",
    "depends": ["web"],
    "data": [],
    "installable": True,
    "post_init_hook": "create_table",
}
