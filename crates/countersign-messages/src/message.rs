//! What leaves, whatever the platform.

use crate::email::Email;
use crate::sms::Sms;
use crate::template::FilledTemplate;
use crate::text::Text;

/// What a dispatch says, by its platform and template.
///
/// Whatever it is, it holds the code, and is redacted and wiped like it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Message {
    /// Of a text message.
    Sms(Sms),
    /// Of an email without a template.
    Email(Email),
    /// Of a step with a template, WhatsApp's above all.
    Template(FilledTemplate),
    /// Of a platform of the host's own, without a template.
    Text(Text),
}
