-- A restored copy is silent both ways: it accepts no webhook and sends nothing.

-- nothing signed for the original is accepted, at no address that anybody knows
UPDATE messaging_connection
   SET token = replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
       verify_token = replace(gen_random_uuid()::text, '-', ''),
       app_secret = NULL,
       app_secret_previous = NULL,
       base_url = NULL;

-- a server that is running already forgets the secrets that it has in memory
DO $$
BEGIN
    IF to_regclass('orm_signaling_default') IS NOT NULL THEN
        INSERT INTO orm_signaling_default DEFAULT VALUES;
    END IF;
END $$;

-- nothing is sent, and nobody can send by resuming an account
UPDATE messaging_account
   SET access_token = NULL,
       state = 'stopped',
       stop_reason = 'neutralized copy';

-- what waited to be sent was sent by the original
UPDATE messaging_message
   SET state = 'expired',
       failure_reason = 'expired',
       failure_detail = 'neutralized copy',
       lease_until = NULL
 WHERE direction = 'out'
   AND state IN ('queued', 'held', 'sending');

-- files that waited to be fetched belong to the original
UPDATE messaging_media
   SET state = 'failed',
       error = 'neutralized copy',
       lease_until = NULL
 WHERE state = 'pending';

-- addresses of test phones end
UPDATE messaging_sandbox_link
   SET token_hash = NULL,
       revoked = true;
DELETE FROM ir_config_parameter
 WHERE key = 'whatsapp_helpdesk.sandbox_enabled';

-- mass messages go on in the original only
UPDATE messaging_template_batch_line
   SET state = 'skipped',
       reason = 'neutralized copy'
 WHERE state = 'waiting';
UPDATE messaging_template_batch
   SET state = 'cancelled'
 WHERE state = 'running';

-- numbers that were being connected
UPDATE messaging_setup
   SET access_token = NULL;
