use thiserror::Error;

/// The reason why a text is not an address, with what to change.
///
/// The text never contains the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing but spaces or separators.
    #[error("the address is empty: give a phone number or an email address")]
    Empty,
    /// A control character, a line or paragraph separator, or a mark nobody can see.
    #[error("the address contains a control or invisible character: remove it")]
    HiddenCharacter,

    /// A country that is not two capital letters.
    #[error("a country is written as two capital letters of ISO 3166-1, such as NL")]
    Country,
    /// A country without a numbering plan of its own.
    #[error("no phone numbers are known for this country: write the number with + and its country code")]
    CountryWithoutNumbers,

    /// More than 64 characters.
    #[error("a phone number is at most 64 characters long, separators included")]
    PhoneTooLong,
    /// A letter, as in a vanity number.
    #[error("write a phone number with digits only, no letters")]
    PhoneLetters,
    /// Digits of another script, or full-width ones.
    #[error("write the digits of a phone number as 0 to 9")]
    PhoneForeignDigits,
    /// An extension, which a message cannot be sent to.
    #[error("a code cannot be sent to an extension: give the phone number without it")]
    PhoneExtension,
    /// Parameters of a `tel:` address.
    #[error("give the phone number without parameters such as ;phone-context")]
    PhoneParameters,
    /// Any other character that does not belong in a phone number.
    #[error("a phone number is one + and digits, with spaces or - . / ( ) between them")]
    PhoneCharacter,
    /// A national spelling where the country is not known.
    #[error("write the phone number with + and its country code")]
    PhoneWithoutCountryCode,
    /// A country code that is not assigned.
    #[error("the country code of the phone number is not in use: check the digits after the +")]
    PhoneCountryCode,
    /// Too few digits to be dialled from abroad.
    #[error("the phone number is too short: give all of its digits, with the area code")]
    PhoneTooShort,
    /// More digits than E.164 allows, or than its country uses.
    #[error("the phone number has too many digits: check it for digits typed twice")]
    PhoneTooManyDigits,
    /// A number of digits that its country does not use.
    #[error("the phone number has a length its country does not use: check its digits")]
    PhoneLength,

    /// More than 254 octets in all.
    #[error("an email address is at most 254 characters long")]
    EmailTooLong,
    /// Not exactly one `@`.
    #[error("an email address has exactly one @, with text on both sides")]
    EmailAtSign,
    /// More than 64 octets before the `@`.
    #[error("the part of an email address before the @ is at most 64 characters long")]
    EmailLocalPartTooLong,
    /// A local part in quotes.
    #[error("email addresses with quotes are not supported: use one without")]
    EmailQuoted,
    /// A comment in parentheses.
    #[error("give the email address without the comment in parentheses")]
    EmailComment,
    /// A local part outside ASCII.
    #[error("the part of an email address before the @ must be plain ASCII")]
    EmailLocalPartNotAscii,
    /// A local part that is not a dot-atom.
    #[error(
        "before the @ of an email address only letters, digits, dots between them and \
         !#$%&'*+-/=?^_`{{|}}~ are allowed"
    )]
    EmailLocalPart,
    /// An address in brackets instead of a name.
    #[error("an email address needs a domain name: an IP address is not supported")]
    EmailIpAddress,
    /// A domain name that ends in a dot.
    #[error("remove the dot at the end of the email address")]
    EmailTrailingDot,
    /// A domain of one label, such as `localhost`.
    #[error("the domain of an email address needs at least two parts, such as example.com")]
    EmailDomainIncomplete,
    /// A domain that is not a host name.
    #[error("the domain of the email address is not a valid host name: check the part after the @")]
    EmailDomain,
}
