use countersign::{Address, Recipient};

/// Reads what was typed: a phone number, an email address, or both with a comma between them.
pub(crate) fn parse(line: &str) -> Result<Recipient, String> {
    let addresses = line.split(',').map(|address| Address::parse(address.trim())).collect::<Result<Vec<_>, _>>();
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
