import Calendars
import Diagnostics
import Jobs
import Logging

extension Daemon {
    /// Reads the configuration, the jobs and the time zones again: all of them or none.
    ///
    /// - Returns: what is wrong with them.
    func reload() -> Failure? {
        try? notifier.reloading()
        defer { try? notifier.ready(status: "\(jobs.jobs.count) jobs") }
        ZoneDatabase.system.forget()
        do {
            try adopt(try Configuration.read(for: company, program: program))
            logger.notice(
                "reloaded", metadata: ["jobs": "\(jobs.jobs.count)", "tzdata": "\(ZoneDatabase.system.version)"])
            return nil
        } catch {
            let failure = (error as? any ReportableError)?.failure ?? Failure(.failed, "\(error)")
            logger.error("not reloaded", metadata: ["error": "\(failure)"])
            return failure
        }
    }

    /// All that the daemon reads of a company.
    private struct Configuration {
        var company: Company
        var settings: DaemonSettings
        var jobs: JobCatalog

        static func read(for former: Company, program: Program) throws(Failure) -> Configuration {
            var problems = ProblemList()
            let read = Company.load(from: former.directory, problems: &problems)
            let company = read ?? former
            if company.settings.store != former.settings.store {
                problems.add(
                    "\(Company.settingsFile) names another store, \(company.settings.store)",
                    expected: "\(former.settings.store) as long as this daemon runs; stop it, then start it again")
            }
            let settings = DaemonSettings.load(for: company, processors: program.processors, problems: &problems)
            let jobs = JobCatalog.load(for: company, kinds: program.kinds, problems: &problems)
            try problems.throwIfAny(consequence: "the daemon goes on with what it had")
            return Configuration(company: company, settings: settings, jobs: jobs)
        }
    }

    private func adopt(_ new: Configuration) throws {
        let former = (company: company, settings: settings)
        company = new.company
        settings = new.settings
        jobs = new.jobs
        limits = Self.limits(of: jobs, settings)
        notices = Notices(company)
        log.level = settings.logLevel.level
        if company.settings.mail != former.company.settings.mail {
            mail?.stop(graceSeconds: Self.mailGraceSeconds)
            mail = try mailDelivery()
        }
        if settings.httpPort != former.settings.httpPort || settings.logFormat != former.settings.logFormat {
            logger.warning("`http` and the format of the log stay as they are until the daemon is started again")
        }
        areSchedulesAdopted = false
        try changeSchedules()
    }

    /// Begins to deliver the company's mail.
    func mailDelivery() throws -> MailDelivery {
        try MailDelivery(company: company, store: store, clock: clock, logger: log.logger("mail"), health: health)
    }
}

extension DaemonSettings.LogLevel {
    package var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
