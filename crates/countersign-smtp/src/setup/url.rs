use url::Url;

use super::{Encryption, SmtpSetupError};
use crate::server::Password;

/// What a URL says.
pub(super) struct Parts {
    pub(super) host: String,
    pub(super) encryption: Encryption,
    pub(super) port: Option<u16>,
    pub(super) credentials: Option<(String, Password)>,
}

pub(super) fn parse(text: &str) -> Result<Parts, SmtpSetupError> {
    let url = Url::parse(text).map_err(|_| SmtpSetupError::Url)?;
    let encryption = match (url.scheme(), url.query()) {
        ("smtps", None) => Encryption::Implicit,
        ("smtp", None) => Encryption::StartTls,
        ("smtp", Some("tls=none")) => Encryption::None,
        ("smtp" | "smtps", Some(_)) => return Err(SmtpSetupError::UrlOption),
        _ => return Err(SmtpSetupError::Scheme),
    };
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(SmtpSetupError::UrlOption);
    }
    let host = url.host_str().ok_or(SmtpSetupError::Host)?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let credentials = match (url.username(), url.password()) {
        ("", None) => None,
        ("", Some(_)) | (_, None) => return Err(SmtpSetupError::HalfCredentials),
        (user, Some(password)) => Some((decoded(user)?, Password::new(decoded(password)?))),
    };
    Ok(Parts { host: host.to_owned(), encryption, port: url.port(), credentials })
}

/// The text behind its `%XX` escapes (RFC 3986, section 2.1).
fn decoded(text: &str) -> Result<String, SmtpSetupError> {
    // As long as it can get, so that no copy of a password is left behind.
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
            let (high, low) = (digit(rest.next()), digit(rest.next()));
            let value = high.zip(low).and_then(|(high, low)| u8::try_from(16 * high + low).ok());
            value.ok_or(SmtpSetupError::Escape)?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).map_err(|_| SmtpSetupError::Escape)
}
