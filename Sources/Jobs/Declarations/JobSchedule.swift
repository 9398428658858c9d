import Calendars
import Configuration
import Crypto
import Diagnostics

/// When a job runs by itself, for which period, and what becomes of an instant at which it could not.
package struct JobSchedule: Sendable {
    package var schedule: Schedule
    /// Which period a run is for.
    package var period: PeriodChoice
    package var catchUp: CatchUp
    package var overlap: OverlapPolicy
    /// Tells this schedule from another one, by its text: what does not move an occurrence is no part of it.
    package var fingerprint: String
    /// What moves occurrences although the declaration stays the same: the zones' database and the business calendar.
    package var environment: String

    /// Reads `schedule:`, `catch_up:` and `overlap:` of a job; nil where it has no schedule, or where something about it
    /// was reported.
    init?(_ map: YAMLMapping, company: Company, calendars: CompanyCalendars) {
        let catchUp: CatchUp =
            map.optionalMapping("catch_up") { map in
                CatchUp(
                    policy: map.optional("policy", .choice(CatchUp.Policy.self), default: .latest),
                    windowSeconds: map.optional("window", .durationSeconds(1...31_622_400), default: 86_400),
                    maximumRuns: map.optional("max", .integer(1...CatchUp.mostRuns), default: 1),
                    spreadSeconds: map.optional("spread", .durationSeconds(0...86_400), default: 30))
            } ?? CatchUp()
        let overlap = map.optional("overlap", .choice(OverlapPolicy.self), default: .skip)
        guard let value = map.optionalValue("schedule") else {
            for key in ["catch_up", "overlap"] where map.contains(key) {
                map.report("\(key) does not go without a schedule", expected: "a schedule beside it", at: key)
            }
            return nil
        }
        var calendarName: String?
        let reader = ScheduleReader(defaultZone: company.settings.timeZone) { name, location, problems in
            calendarName = name
            return calendars.calendar(named: name, askedForAt: location, problems: &problems)
        }
        let read = value.mapping { map -> (Schedule, PeriodChoice)? in
            let period = map.optional("for", .choice(PeriodChoice.self), default: .current)
            return reader.schedule(in: map).map { ($0, period) }
        }
        guard let (schedule, period) = read else { return nil }
        self.schedule = schedule
        self.period = period
        self.catchUp = catchUp
        self.overlap = overlap
        // The zone that stands elsewhere moves occurrences as one that stands here does.
        let text = value.node.canonicalText(leavingOut: ["for"]) + schedule.zone.name
        fingerprint = SHA256.hash(data: Array(text.utf8)).hexText
        environment = Self.environment(calendarName, calendars)
    }

    private static func environment(_ calendar: String?, _ calendars: CompanyCalendars) -> String {
        let zones = "tzdata \(ZoneDatabase.system.version)"
        guard let calendar else { return zones }
        return "\(zones), \(calendar) \(calendars.fingerprint(of: calendar))"
    }
}

extension JobDeclaration {
    /// The period that a run stands for which is due at an instant.
    package func period(dueAt instant: Instant) -> Period {
        let zone = schedule?.schedule.zone ?? .utc
        return (schedule?.period ?? .current).period(granularity, dueAt: instant, on: zone.date(of: instant))
    }

    /// The run for an instant of the schedule.
    package func run(dueAt instant: Instant, notBefore: Instant, reason: String?, trigger: Trigger) -> NewRun {
        let period = period(dueAt: instant)
        return NewRun(
            self, period: period, parameters: parameters, trigger: trigger, dueAt: instant, notBefore: notBefore,
            reason: reason, needs: needs(for: period))
    }

    /// What must be done before a run for a period starts.
    package func needs(for period: Period) -> [NewRun.Need] {
        needs.map { NewRun.Need(job: $0, period: period) }
    }
}
