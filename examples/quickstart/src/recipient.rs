use countersign::address::AddressError;
use countersign::{Address, EmailAddress, PhoneNumber, Recipient};

/// Reads one address: what has an @ is an email address.
pub(crate) fn parse_address(text: &str) -> Result<Address, AddressError> {
    if text.contains('@') {
        EmailAddress::parse(text.trim()).map(Address::Email)
    } else {
        PhoneNumber::parse(text.trim()).map(Address::Phone)
    }
}

/// Reads what was typed: a phone number, an email address, or both with a comma between them.
pub(crate) fn parse(line: &str) -> Result<Recipient, String> {
    let addresses = line.split(',').map(parse_address).collect::<Result<Vec<_>, _>>();
    of(&addresses.map_err(|error| error.to_string())?)
}

/// One person of one or two addresses.
pub(crate) fn of(addresses: &[Address]) -> Result<Recipient, String> {
    match addresses {
        [address] => Ok(address.clone().into()),
        [Address::Phone(phone), Address::Email(email)] | [Address::Email(email), Address::Phone(phone)] => {
            Ok((*phone, email.clone()).into())
        }
        _ => Err("give one phone number, one email address, or one of each".into()),
    }
}
