import Configuration
import Diagnostics
import Mail

extension MailSettings {
    /// Reads the `mail` part of `config/company.yaml`.
    ///
    /// - Parameter directory: the company's directory, which relative paths are below.
    init?(_ map: YAMLMapping, directory: String) {
        func path(_ relative: String) -> String { relative.hasPrefix("/") ? relative : directory + "/" + relative }

        let sender = map.required("from", .emailAddress)
        let folder = map.optional("folder", .text)
        let smtp: SMTPSettings? = map.optionalMapping("smtp") { map -> SMTPSettings? in
            let host = map.required("host", .text)
            let port = map.optional("port", .integer(1...65_535))
            let tls = map.optional("tls", .choice(SMTPSettings.Security.self), default: .starttls)
            let user = map.optional("user", .text)
            let password: SecretSource? = map.optionalMapping("password") { map -> SecretSource? in
                switch (map.optional("environment", .text), map.optional("file", .text)) {
                case (let name?, nil): return .environment(name: name)
                case (nil, let file?): return .file(path: path(file))
                default:
                    map.report(
                        "a password is read from one place", expected: "either environment: NAME or file: PATH")
                    return nil
                }
            }
            let caFile = map.optional("ca_file", .text)
            guard !map.hasProblems else { return nil }
            guard (user == nil) == (password == nil) else {
                map.report("a login is a user and a password", expected: "both user and password, or neither")
                return nil
            }
            do throws(InvalidMail) {
                return try SMTPSettings(
                    host: host, port: port, tls: tls, caFile: caFile.map(path),
                    login: user.flatMap { user in password.map { .init(user: user, password: $0) } })
            } catch {
                for fault in error.faults { map.report(fault.problem.message, expected: fault.problem.expected) }
                return nil
            }
        }
        let connections = map.optional(
            "connections", .integer(1...SMTPTransport.maximumConnections), default: SMTPTransport.defaultConnections)
        let pace = DeliveryPace(
            perSecond: map.optional("per_second", .integer(DeliveryPace.perSecondRange)),
            perSecondPerDomain: map.optional("per_second_per_domain", .integer(DeliveryPace.perSecondRange)))
        guard !map.hasProblems, let sender = try? EmailAddress.parse(sender) else { return nil }
        switch (folder, smtp) {
        case (let folder?, nil):
            self.init(delivery: .folder(path: path(folder)), sender: sender, connections: connections, pace: pace)
        case (nil, let smtp?):
            self.init(delivery: .smtp(smtp), sender: sender, connections: connections, pace: pace)
        default:
            map.report("mail is delivered in one way", expected: "either folder or smtp")
            return nil
        }
    }
}

extension ScalarReader<String> {
    /// `ann@example.com` or `Ann Smith <ann@example.com>`.
    package static let emailAddress = ScalarReader(
        expected: "an address, e.g. Ann Smith <ann@example.com>", placeholder: ""
    ) { text throws(ScalarRejection) in
        do throws(InvalidMail) {
            return try EmailAddress.parse(text).description
        } catch {
            throw ScalarRejection("is not an e-mail address: \(error.faults.first?.problem.message ?? "")")
        }
    }
}
