//! The same operations one by one, for criterion's statistics and comparisons between commits.
#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use countersign::store::{Limit, Query};
use countersign::{Clock, SystemClock};
use countersign_benches::floors::Floors;
use countersign_benches::population::{Population, WORKSPACE, number, ready, request, wrong_code};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

fn floors(c: &mut Criterion) {
    let floors = Floors::default();
    let mut group = c.benchmark_group("floor");
    group.bench_function("hmac and comparison", |b| b.iter(|| floors.crypto()));
    group.bench_function("check", |b| b.iter(|| floors.check()));
    group.bench_function("start", |b| b.iter(|| floors.start()));
    group.finish();
}

fn machine(c: &mut Criterion) {
    let population = Population::of(1);
    let verification = population.any();
    let (code, now) = (wrong_code(), SystemClock.now());
    let mut group = c.benchmark_group("machine");
    group.bench_function("check", |b| b.iter(|| verification.check(black_box(&code), &population.keyring, now)));
    group.bench_function("resend", |b| b.iter(|| verification.resend(None, black_box(now))));
    group.bench_function("clone", |b| b.iter(|| black_box(&verification).clone()));
    group.bench_function("snapshot", |b| b.iter(|| black_box(&verification).snapshot()));
    group.finish();
}

fn engine(c: &mut Criterion) {
    let population = Population::of(10_000);
    let mut group = c.benchmark_group("engine");
    let mut n = 0;
    group.bench_function("start", |b| {
        b.iter_batched(
            || {
                n += 1;
                request(n)
            },
            |request| ready(population.engine.start(WORKSPACE, request)),
            BatchSize::SmallInput,
        );
    });
    let mut turn = population.ids.iter().cycle();
    group.bench_function("get", |b| {
        b.iter(|| ready(population.engine.get(WORKSPACE, *turn.next().expect("endless"))));
    });
    let query = Query { limit: Limit::new(25).expect("in bounds"), ..Query::default() };
    group.bench_function("page of 25", |b| b.iter(|| ready(population.engine.list(WORKSPACE, &query))));
    group.finish();
}

fn values(c: &mut Criterion) {
    let mut group = c.benchmark_group("values");
    group.bench_function("parse a phone number", |b| {
        b.iter(|| black_box("+31 6 12345678").parse::<countersign::PhoneNumber>());
    });
    group.bench_function("parse a code", |b| b.iter(|| countersign::SubmittedCode::parse(black_box("123 456"))));
    let phone = number(1);
    group.bench_function("locale of a phone number", |b| b.iter(|| countersign::Locale::for_phone(black_box(phone))));
    group.finish();
}

criterion_group!(benches, floors, machine, engine, values);
criterion_main!(benches);
