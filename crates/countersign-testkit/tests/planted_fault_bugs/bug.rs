/// One way to be dishonest about failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    // Acknowledged, and not there.
    LostAnswersAreTakenForGranted,
    AcknowledgesBeforeItAsks,
    // Not done, and there.
    LostAnswersAreNotDone,
    LostAnswersAreFull,
    InsertsAgainBlindly,
    UpdatesAgainBlindly,
    DeletesAgainBlindly,
    // Done in part, or later.
    WritesInTwoRequests,
    TriesAgainBehindTheCallersBack,
    UpdatesAgainWithoutTheVersion,
    // Not asked.
    RefusedIsUnavailable,
    RefusedIsAConflict,
    // Not answered.
    WaitsForEver,
    SilenceIsNotDone,
    SilenceIsTakenForGranted,
    LostLoadsAreNothing,
    LostMessagesAreNothing,
    LostRecipientsAreEmpty,
    LostDueTimesAreEmpty,
    LostListsAreEmpty,
    // Afterwards.
    RemembersWhatItTried,
    StaysBrokenForWrites,
}
