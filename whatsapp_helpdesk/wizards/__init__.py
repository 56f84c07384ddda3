from . import base_partner_merge
from . import messaging_sandbox_open
from . import messaging_template_send
from . import messaging_template_send_preview
from . import messaging_template_send_value
from . import messaging_privacy_erase
from . import messaging_privacy_export
from . import privacy_lookup_wizard
