from . import base_partner_merge
from . import messaging_sandbox_open
from . import messaging_template_send
from . import messaging_template_send_preview
from . import messaging_template_send_value
