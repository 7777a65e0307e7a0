use super::{NoPlace, Shares};

#[test]
fn one_key_takes_no_more_than_its_share_and_the_others_find_the_rest() {
    let shares = Shares::new(4, 2);
    let first = [shares.take(Some('a')).unwrap(), shares.take(Some('a')).unwrap()];
    assert_eq!(shares.take(Some('a')).unwrap_err(), NoPlace::OfItsOwn);
    let second = [shares.take(Some('b')).unwrap(), shares.take(Some('b')).unwrap()];
    assert_eq!(shares.take(Some('c')).unwrap_err(), NoPlace::InAll);
    assert_eq!(shares.take(None).unwrap_err(), NoPlace::InAll);
    drop(first);
    let third = [shares.take(Some('c')).unwrap(), shares.take(None).unwrap()];
    assert_eq!(shares.take(Some('a')).unwrap_err(), NoPlace::InAll);
    drop((second, third));
    assert!(shares.taken().each.is_empty(), "a key without a place is forgotten");
    assert_eq!(shares.taken().all, 0);
}

#[test]
fn what_has_no_key_counts_in_all_only() {
    let shares = Shares::<char>::new(3, 1);
    let places: Vec<_> = (0..3).map(|_| shares.take(None).unwrap()).collect();
    assert_eq!(shares.take(Some('a')).unwrap_err(), NoPlace::InAll);
    drop(places);
    assert!(shares.take(Some('a')).is_ok());
}
