import Calendars

/// Schedules such as jobs have them, in zones whose clocks change in different ways.
enum RealSchedules {
    static let all: [Schedule] = {
        var schedules: [Schedule] = []
        for name in ["Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"] {
            guard let zone = try? ZoneDatabase.system.rules(named: name) else { continue }
            for text in ["30 1 * * *", "30 2 * * 1-5", "0 0 1 * *", "*/20 1-4 * * *", "15 * * * *"] {
                guard let cron = try? CronExpression(text) else { continue }
                schedules.append(Schedule(.cron([cron]), zone: zone))
            }
            let monthEnd = Schedule.Timing.Day(.lastDay)
            schedules.append(Schedule(.on([monthEnd], at: times, months: Set(1...12)), zone: zone))
            schedules.append(Schedule(.every(seconds: 5_400), zone: zone))
        }
        return schedules
    }()

    private static let times = ["02:30", "18:00"].compactMap { TimeOfDay($0) }
}
