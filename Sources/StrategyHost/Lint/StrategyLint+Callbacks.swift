import Wording

extension StrategyLint {
    /// `duplicate-callback` and `duplicate-key`: the later one silently wins.
    static func duplicates(_ facts: SourceFacts) -> [Diagnostic] {
        let outline = StrategyOutline(facts)
        return repeated(outline.methods, "duplicate-callback") + repeated(outline.keys, "duplicate-key")
            + repeated(outline.params, "duplicate-key")
    }

    private static func repeated(_ entries: [StrategyOutline.Entry], _ code: String) -> [Diagnostic] {
        var first: [String: Int] = [:]
        return entries.compactMap { entry in
            guard let line = first[entry.name] else {
                first[entry.name] = entry.line
                return nil
            }
            return warning(
                code, at: SourceFacts.Place(line: entry.line, column: entry.column),
                Message(
                    "\(entry.name) is already defined in line \(line); this one replaces it",
                    fr: "\(entry.name) est déjà défini à la ligne \(line) ; celui-ci le remplace"))
        }
    }

    /// `missing-return`: a callback whose answer counts never answers. `fraction-expected`: `return 2` for 2 %.
    /// `amount-expected`: `return 0.1` for a tenth of the balance.
    static func callbacks(_ facts: SourceFacts) -> [Diagnostic] {
        facts.methods.flatMap { function -> [Diagnostic] in
            guard let name = function.name else { return [] }
            if SandboxNames.answeringCallbacks.contains(name), function.statementCount > 0, !function.answers {
                return [missingReturn(name, function)]
            }
            if name == "calculate_position_size" {
                return function.constantAnswers.compactMap { answer in
                    answer.value > 0 && answer.value < 1 ? amountExpected(answer.value, at: answer.place) : nil
                }
            }
            guard name == "calculate_stop_loss" || name == "calculate_take_profit" else { return [] }
            return function.constantAnswers.compactMap { answer in
                answer.value >= 1 ? fractionExpected(name, answer.value, at: answer.place) : nil
            }
        }
    }

    private static func missingReturn(_ name: String, _ function: SourceFacts.Function) -> Diagnostic {
        warning(
            "missing-return", at: function.place,
            Message(
                "\(name) never returns a value, which means no",
                fr: "\(name) ne renvoie jamais rien, ce qui veut dire non"
            ),
            hint: Message("put return before its answer", fr: "mettez return devant sa réponse"))
    }

    private static func amountExpected(_ value: Double, at place: SourceFacts.Place) -> Diagnostic {
        let shown = decimal(value)
        return warning(
            "amount-expected", at: place,
            Message(
                "calculate_position_size answers \(shown), an amount of quote currency",
                fr: "calculate_position_size répond \(shown), un montant en monnaie de cotation"),
            hint: Message(
                "for a fraction of the balance write self.balance * \(shown)",
                fr: "pour une fraction du solde, écrivez self.balance * \(shown)"))
    }

    private static func fractionExpected(_ name: String, _ value: Double, at place: SourceFacts.Place) -> Diagnostic {
        let percent = decimal(value * 100)
        return warning(
            "fraction-expected", at: place,
            Message(
                "\(name) answers \(decimal(value)), which is \(percent) % of the entry price",
                fr: "\(name) répond \(decimal(value)), soit \(percent) % du prix d'entrée"),
            hint: Message(
                "a distance is a fraction: 0.02 is 2 %", fr: "une distance est une fraction : 0.02 vaut 2 %"))
    }

    private static func decimal(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    /// `price-expected`: `self:buy { stop = 0.02 }`, where a price belongs and not a distance.
    static func orderPrices(_ facts: SourceFacts) -> [Diagnostic] {
        facts.fields.flatMap { field -> [Diagnostic] in
            guard let id = field.table, field.name == "buy" || field.name == "sell",
                facts.isStrategySelf(field.root)
            else { return [] }
            return facts.tables[id].entries.compactMap { entry in
                guard entry.name == "stop" || entry.name == "take", case .number(let value) = entry.value, value < 1
                else { return nil }
                return warning(
                    "price-expected", at: entry.place,
                    Message(
                        "\(entry.name) is \(decimal(value)), and means a price here",
                        fr: "\(entry.name) vaut \(decimal(value)), ce qui est ici un prix"),
                    hint: Message(
                        "write a price, such as self.close[0] * 0.98", fr: "écrivez un prix, comme self.close[0] * 0.98"
                    ))
            }
        }
    }

    /// `uncalled-callback`: a name like a callback's that is none, and that the file itself does not call either. Names
    /// that are nearly a callback's are refused by the callbacks stage.
    static func uncalledCallbacks(_ facts: SourceFacts) -> [Diagnostic] {
        let callbacks = CallbackName.allCases.map(\.rawValue)
        let called = Set(facts.fields.lazy.filter(\.isCalled).map(\.name))
        let unknown = facts.methods.filter { function in
            guard let name = function.name else { return false }
            return ["on_", "should_", "calculate_"].contains(where: name.hasPrefix) && !callbacks.contains(name)
                && !called.contains(name)
        }
        return unknown.prefix(findingLimit).compactMap { function in
            guard let name = function.name, NearestName.among(callbacks, to: name) == nil else { return nil }
            let list = callbacks.joined(separator: ", ")
            return warning(
                "uncalled-callback", at: function.place,
                Message("nothing calls \(name)", fr: "rien n'appelle \(name)"),
                hint: Message("the callbacks are \(list)", fr: "les fonctions appelées par l'hôte sont \(list)"))
        }
    }

    /// `indicator-outside-init`: indicators are made once, in `init`, and advanced by the host.
    static func indicatorsOutsideInit(_ facts: SourceFacts) -> [Diagnostic] {
        facts.fields.compactMap { field in
            guard field.isCalled, case .local(let id) = field.root, facts.locals[id].module == "ta",
                ModuleNames.indicators.contains(field.name),
                let function = facts.outermostFunction(of: field.function), let name = function.name,
                facts.isStrategy(function.owner) || function.isDeclarationEntry,
                SandboxNames.laterCallbacks.contains(name)
            else { return nil }
            let call = "\(facts.locals[id].name).\(field.name)"
            return warning(
                "indicator-outside-init", at: field.place,
                Message("\(call) is called in \(name)", fr: "\(call) est appelé dans \(name)"),
                hint: Message(
                    "make the indicator in init, as in self.x = \(call)(…), and read self.x[0] here",
                    fr: "créez l'indicateur dans init, comme self.x = \(call)(…), et lisez self.x[0] ici"))
        }
    }
}
