use std::net::SocketAddr;

use super::constants::{DEVELOPMENT_KEY, DEVELOPMENT_WORKSPACE, SMS_CHANNEL, WHATSAPP_CHANNEL};

/// Says what to do next with a development server: an address for the browser, and lines for a shell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guide;

impl Guide {
    /// What to print. Its first line has the address; every line that begins with a command runs in a shell as it stands,
    /// one after the other.
    pub(crate) fn text(self, listens: SocketAddr) -> String {
        let server = format!("http://{listens}");
        let verify = format!("{server}/workspaces/{DEVELOPMENT_WORKSPACE}/verify");
        let call = format!("curl -sS -H 'Authorization: AccessKey {DEVELOPMENT_KEY}'");
        let json = "-H 'Content-Type: application/json'";
        let start = format!(
            r#"{{"identifier":{{"phonenumber":"+31612345678"}},"steps":[{{"channelId":"{WHATSAPP_CHANNEL}"}},{{"channelId":"{SMS_CHANNEL}"}}]}}"#
        );
        let outbox = format!(r#"curl -sS "{server}/dev/outbox?verificationId=$id""#);
        let last = |field: &str| format!(r#"sed 's/.*"{field}":"\([^"]*\)".*/\1/'"#);
        let (id, message, code) = (last("id"), last("messageId"), last("code"));
        format!(
            r#"Countersign listens on {server}  (a development server: everything is in memory, and ends with it)

  page        {server}/
  reference   {server}/docs
  workspace   {DEVELOPMENT_WORKSPACE}
  access key  {DEVELOPMENT_KEY}

Or by hand: each of these lines runs in a shell as it stands.

# Start over WhatsApp, and go on by SMS if that fails:
id=$({call} {json} {verify} -d '{start}' | {id}); echo "$id"

# See what was sent:
{outbox}; echo

# Play the carrier: the WhatsApp message fails, and an SMS with the same code follows:
message=$({outbox} | {message}); curl -sS -X POST "{server}/dev/outbox/$message/failed"; echo

# Check the code of the last message:
code=$({outbox} | {code}); {call} {json} "{verify}/$id" -d "{{\"code\":\"$code\"}}"; echo

# Look at it, and at all of them:
{call} "{verify}/$id"; echo
{call} "{verify}?limit=5"; echo

Press Ctrl+C to end.
"#
        )
    }
}
