/// What a time on the clock means on a day on which the clock is changed.
package enum DaylightSavingRule: String, CaseIterable, Hashable, Sendable {
    /// As Vixie cron has it. A time that is left out is made good at the end of the gap, several of them at once; a time
    /// that comes twice counts the first time. Jobs with `*` in the minute or the hour follow elapsed time. Jumps of three
    /// hours and more are corrections of the clock: nothing is made good and nothing held back.
    ///
    /// Source: cron(8), "Daylight Saving Time and other time changes"; cron.c of Vixie cron 3.0.
    case vixie
    /// What the clock shows: a time that is left out is left out, one that comes twice counts twice.
    case wall
    /// A time that is left out is read with the offset before the gap, so that 02:30 becomes 03:30; one that comes twice
    /// counts the first time.
    ///
    /// Source: RFC 5545, section 3.3.5.
    case forward
}
