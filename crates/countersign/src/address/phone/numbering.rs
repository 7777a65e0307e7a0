//! The only place that asks the numbering library, and only ever with ASCII digits.

use std::num::NonZeroU64;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber as Parsed, Region, ValidationError,
    get_national_significant_number_owned,
};

use super::{Country, MAX_DIGITS, MIN_DIGITS, PhoneNumber};
use crate::address::AddressError;

/// Most digits the library keeps after the country code.
const MAX_NATIONAL_DIGITS: usize = 17;

/// How often a prefix may be taken off before the text is no number. Real spellings need one.
const MAX_ROUNDS: usize = 4;

/// Finds the one number that digits after a `+` stand for.
///
/// The library drops trunk prefixes, and may drop another one when asked again. So this asks until
/// the answer stays the same: reading a canonical number must give that number. A number that
/// exists as written is left alone.
pub(super) fn settle(digits: &str) -> Result<PhoneNumber, AddressError> {
    let mut digits = digits.to_owned();
    for _ in 0..MAX_ROUNDS {
        if PHONE_NUMBER_UTIL.is_valid_number(&split(&digits)?) {
            return pack(&digits);
        }
        let parsed = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).map_err(refusal)?;
        let next = join(&parsed);
        if next == digits {
            possible(&parsed)?;
            return pack(&digits);
        }
        digits = next;
    }
    Err(AddressError::PhoneLength)
}

/// Finds the one number that digits stand for when dialled inside a country.
pub(super) fn settle_in(digits: &str, country: Country) -> Result<PhoneNumber, AddressError> {
    let region = Region::from_code(country.as_str()).map_err(|_| AddressError::Country)?;
    if PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_none() {
        return Err(AddressError::CountryWithoutNumbers);
    }
    let parsed = PHONE_NUMBER_UTIL.parse(digits, Some(region)).map_err(refusal)?;
    settle(&join(&parsed))
}

/// Whether the number's country is known to give out such numbers.
pub(super) fn is_assigned(number: PhoneNumber) -> bool {
    split(&number.0.to_string()).is_ok_and(|parsed| PHONE_NUMBER_UTIL.is_valid_number(&parsed))
}

/// The country of a number, if it has exactly one.
pub(super) fn country(number: PhoneNumber) -> Option<Country> {
    let parsed = split(&number.0.to_string()).ok()?;
    let region = PHONE_NUMBER_UTIL.get_region_for_number(&parsed)?;
    // The region of +800 and its like is `001`, which is no country.
    Country::parse(region.as_region_str().as_str()).ok()
}

/// How many of the digits are the country code (ITU-T E.164 Annex; the lengths never change, only
/// the assignments).
pub(super) fn country_code_length(digits: &str) -> usize {
    let length = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    };
    length.min(digits.len())
}

/// Takes digits as they stand: country code, then the national number, with nothing dropped.
fn split(digits: &str) -> Result<Parsed, AddressError> {
    let (code, national) = digits.split_at(country_code_length(digits));
    let code = code.parse().map_err(|_| AddressError::PhoneCountryCode)?;
    if PHONE_NUMBER_UTIL.get_region_for_country_code(code).is_none() {
        return Err(AddressError::PhoneCountryCode);
    }
    if national.len() > MAX_NATIONAL_DIGITS {
        return Err(AddressError::PhoneTooManyDigits);
    }
    let national_number = national.parse().map_err(|_| AddressError::PhoneTooShort)?;
    // The library keeps the last digit out of the count, even if it is a zero.
    let zeros = national.bytes().take(national.len() - 1).take_while(|b| *b == b'0').count();
    Ok(Parsed {
        country_code: code,
        national_number,
        italian_leading_zero: (zeros > 0).then_some(true),
        number_of_leading_zeros: i32::try_from(zeros).ok().filter(|zeros| *zeros > 1),
        ..Parsed::default()
    })
}

fn join(parsed: &Parsed) -> String {
    format!("{}{}", parsed.country_code, get_national_significant_number_owned(parsed))
}

fn pack(digits: &str) -> Result<PhoneNumber, AddressError> {
    if digits.len() < MIN_DIGITS {
        return Err(AddressError::PhoneTooShort);
    }
    if digits.len() > MAX_DIGITS {
        return Err(AddressError::PhoneTooManyDigits);
    }
    digits.parse::<NonZeroU64>().map(PhoneNumber).map_err(|_| AddressError::PhoneCountryCode)
}

/// Refuses lengths that the country code does not have, and numbers that work inside one area only:
/// many people have the same one.
fn possible(parsed: &Parsed) -> Result<(), AddressError> {
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(parsed) {
        Ok(NumberLengthType::IsPossible) => Ok(()),
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => Err(AddressError::PhoneTooShort),
        Err(ValidationError::TooLong) => Err(AddressError::PhoneTooManyDigits),
        Err(ValidationError::InvalidLength) => Err(AddressError::PhoneLength),
        Err(ValidationError::InvalidCountryCode) => Err(AddressError::PhoneCountryCode),
    }
}

fn refusal(error: ParseError) -> AddressError {
    match error {
        ParseError::InvalidCountryCode => AddressError::PhoneCountryCode,
        ParseError::NotANumber(_) | ParseError::TooShortAfterIdd | ParseError::TooShortNsn => {
            AddressError::PhoneTooShort
        }
        ParseError::TooLongNsn => AddressError::PhoneTooManyDigits,
    }
}
