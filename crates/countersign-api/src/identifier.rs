use std::fmt;

use countersign::{EmailAddress, PhoneNumber, Recipient};
use serde::{Deserialize, Serialize};

#[cfg(feature = "openapi")]
use crate::schema::record as wire;

/// Whom a verification is about, as the wire spells it. `Debug` is masked.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(min_properties = 1, description = "The addresses of the person, one of them at least.")
)]
pub struct Identifier {
    /// A phone number, in E.164 as an engine writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::phonenumber))]
    pub phonenumber: Option<String>,
    /// An email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::emailaddress))]
    pub emailaddress: Option<String>,
}

impl From<&Recipient> for Identifier {
    fn from(recipient: &Recipient) -> Self {
        Self {
            phonenumber: recipient.phone_number().map(|phone| phone.to_e164()),
            emailaddress: recipient.email_address().map(|email| email.as_str().to_owned()),
        }
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identifier")
            .field("phonenumber", &self.phonenumber.as_deref().map(Masked))
            .field("emailaddress", &self.emailaddress.as_deref().map(Masked))
            .finish()
    }
}

/// An address of either kind, shown as the core shows it; what is no address is not shown at all.
pub(crate) struct Masked<'a>(pub(crate) &'a str);

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Ok(phone) = PhoneNumber::parse(self.0) {
            return phone.fmt(f);
        }
        match EmailAddress::parse(self.0) {
            Ok(email) => email.fmt(f),
            Err(_) => f.write_str("redacted"),
        }
    }
}
