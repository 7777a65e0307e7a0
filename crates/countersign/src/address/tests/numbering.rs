use proptest::prelude::*;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};

use super::phone::{parse, parse_in};
use crate::address::PhoneNumber;

/// Every example of the numbering library that can be a number for messages: region and E.164 text.
fn examples() -> Vec<(Region, String)> {
    let types = [
        PhoneNumberType::FixedLine,
        PhoneNumberType::Mobile,
        PhoneNumberType::TollFree,
        PhoneNumberType::PersonalNumber,
        PhoneNumberType::VoIP,
    ];
    let util = &PHONE_NUMBER_UTIL;
    let mut found = Vec::new();
    for region in util.get_supported_regions() {
        for kind in types {
            if let Ok(number) = util.get_example_number_for_type_and_region(region, kind) {
                let text = util.format(&number, PhoneNumberFormat::E164).into_owned();
                found.push((region, text));
            }
        }
    }
    assert!(found.len() > 600, "only {} examples", found.len());
    found
}

#[test]
fn a_number_its_country_could_have_is_accepted_before_the_plans_know_it() {
    let number = PhoneNumber::parse("+1 555 555 2671").expect("a possible number");
    assert!(!PHONE_NUMBER_UTIL.is_valid_number(&number.to_e164().parse().expect("readable")));
    assert_eq!(number.to_e164(), "+15555552671");
}

#[test]
fn every_example_number_is_read_as_it_stands() {
    for (region, text) in examples() {
        assert_eq!(parse(&text).as_deref(), Ok(&*text), "{region}");
    }
}

#[test]
fn every_example_number_can_be_typed_the_national_way() {
    for (region, text) in examples() {
        let number = text.parse().expect("an example");
        let national = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::National);
        assert_eq!(parse_in(&national, &region.to_string()).as_deref(), Ok(&*text), "{region} {national}");
    }
}

#[test]
fn the_country_of_a_fixed_line_is_the_region_it_is_in() {
    let util = &PHONE_NUMBER_UTIL;
    for region in util.get_supported_regions() {
        let example = util.get_example_number(region).expect("an example");
        let text = util.format(&example, PhoneNumberFormat::E164);
        // Both share a plan with a neighbour, which comes first.
        let region = region.to_string();
        let wanted = match region.as_str() {
            "EH" => "MA",
            "MF" => "BL",
            region => region,
        };
        let country = PhoneNumber::parse(&text).expect("an example").country();
        assert_eq!(country.map(|c| c.to_string()), Some(wanted.to_string()), "{region}");
    }
}

#[test]
fn a_number_has_no_country_where_that_would_be_a_guess() {
    for text in ["+80012345678", "+883510000000000", "+1 555 555 2671"] {
        assert_eq!(PhoneNumber::parse(text).expect("a number").country(), None, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_canonical_form_is_read_as_itself(
        code in prop::sample::select(
            PHONE_NUMBER_UTIL.get_supported_calling_codes().collect::<Vec<_>>()
        ),
        zeros in "0{0,3}",
        national in "[0-9]{4,14}",
    ) {
        if let Ok(number) = PhoneNumber::parse(&format!("+{code}{zeros}{national}")) {
            let text = number.to_e164();
            prop_assert_eq!(PhoneNumber::parse(&text), Ok(number));
            prop_assert_eq!(format!("+{}", number.digits()), text.as_str());
            prop_assert!(text.len() <= 16);
            prop_assert_eq!(PhoneNumber::from_stored(number.digits()), Some(number));
        }
    }
}
