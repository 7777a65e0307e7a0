/// One way to break the contract of a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    // Clause 1.
    TriesAgainAfterSilence,
    TriesAgainAfterADeferral,
    TriesAgainBehindTheCallersBack,
    SendsNothing,
    // Clause 2, and the other outcomes.
    LeavesTheCodeOut,
    AcceptedIsUnknown,
    RefusedIsNotSent,
    DeferredIsRefused,
    ForgetsWhenToTryAgain,
    ReadsSecondsAsMilliseconds,
    UnreachableIsUnknown,
    UnreachableIsRefused,
    SilenceIsNotSent,
    SilenceIsRefused,
    ClosedIsNotSent,
    GarbageIsNotSent,
    GarbageIsAccepted,
    // Clause 3.
    NewReferenceOnEachTry,
    LeavesTheReferenceOut,
    ReferenceOfTheVerificationAlone,
    OneReferenceForAll,
    OneMessageIdForAll,
    // Clause 4.
    NeverEnds,
    EndsTooLate,
    OneAfterTheOther,
    // Clause 5.
    DetailHoldsTheAnswer,
    DetailHoldsTheAddress,
    DebugHoldsTheLastMessage,
    LogsTheRequest,
    LogsTheAddressInASpan,
}
