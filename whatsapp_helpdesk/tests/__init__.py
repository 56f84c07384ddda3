from . import test_security_matrix
from . import test_outbound_send
from . import test_security_secrets
from . import test_holes_conversation
from . import test_holes_privacy
