/// What a client asks the daemon: one line of JSON, `{"arguments":{"job":"payroll-monthly"},"verb":"wake"}`.
package struct ControlRequest: Codable, Hashable, Sendable {
    package var verb: String
    package var arguments: [String: String]

    package init(_ verb: String, arguments: [String: String] = [:]) {
        self.verb = verb
        self.arguments = arguments
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        verb = try fields.decode(String.self, forKey: .verb)
        arguments = try fields.decodeIfPresent([String: String].self, forKey: .arguments) ?? [:]
    }
}

/// What the daemon answers: one line of JSON.
package struct ControlReply: Codable, Hashable, Sendable {
    /// As `ExitCode` has it: 0 when it was done.
    package var exitCode: Int32
    /// For people.
    package var message: String
    package var advice: String?
    /// For programs.
    package var values: ControlValue?

    package init(exitCode: Int32 = 0, message: String, advice: String? = nil, values: ControlValue? = nil) {
        self.exitCode = exitCode
        self.message = message
        self.advice = advice
        self.values = values
    }
}

/// A value of JSON. Amounts of money are texts.
package enum ControlValue: Codable, Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case text(String)
    case list([ControlValue])
    case object([String: ControlValue])

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let integer = try? value.decode(Int64.self) {
            self = .integer(integer)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([ControlValue].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: ControlValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .integer(let integer): try value.encode(integer)
        case .text(let text): try value.encode(text)
        case .list(let list): try value.encode(list)
        case .object(let object): try value.encode(object)
        }
    }
}
