/// The text that `aristobot new` writes, with comments in the user's language.
enum StrategyTemplate {
    static func text(name: String, fullControl: Bool) -> String {
        let title = name.split(whereSeparator: { $0 == "_" || $0 == "-" }).joined(separator: " ")
        return fullControl ? ladder(title) : cross(title)
    }

    private static func cross(_ title: String) -> String {
        """
        -- \(say("Buys when a fast average of the closes rises above a slow one, sells when it falls below.",
            fr: "Achète quand une moyenne rapide des clôtures passe au-dessus d'une lente, vend au retour."))
        local ta = require "ta"

        local S = Strategy {
          name = "\(title)",
          version = "1.0.0",
          timeframe = "15m",
          -- \(say("What --param and the optimizer may change.",
            fr: "Ce que --param et l'optimiseur peuvent changer."))
          params = {
            fast = param.int { 10, min = 2, max = 50 },
            slow = param.int { 30, min = 5, max = 200 },
            stop = param.float { 0.02, min = 0.001, max = 0.2 },
          },
          valid = function(p) return p.fast < p.slow end,
        }

        -- \(say("Indicators are made once; they advance by themselves with each candle.",
            fr: "Les indicateurs sont créés une fois ; ils avancent seuls à chaque bougie."))
        function S:init()
          self.fast = ta.ema(self.close, self.params.fast)
          self.slow = ta.ema(self.close, self.params.slow)
        end

        -- \(say("Asked at every close while nothing is held.",
            fr: "Demandé à chaque clôture tant que rien n'est détenu."))
        function S:should_long()
          return ta.crossover(self.fast, self.slow), "fast above slow"
        end

        -- \(say("Asked at every close while something is held.",
            fr: "Demandé à chaque clôture tant que quelque chose est détenu."))
        function S:should_exit()
          return ta.crossunder(self.fast, self.slow), "fast below slow"
        end

        -- \(say("How much money to commit: a tenth of what is free.",
            fr: "Combien d'argent engager : un dixième de ce qui est libre."))
        function S:calculate_position_size()
          return self.balance * 0.1
        end

        -- \(say("Distances from the entry price: 0.02 is 2 %.",
            fr: "Distances du prix d'entrée : 0.02 vaut 2 %."))
        function S:calculate_stop_loss()
          return self.params.stop
        end

        function S:calculate_take_profit()
          return self.params.stop * 2
        end

        return S

        """
    }

    private static func ladder(_ title: String) -> String {
        """
        -- \(say("Lays a buy order under the market each time it holds nothing, and sells what it bought higher.",
            fr: "Pose un achat sous le marché chaque fois qu'elle ne détient rien, et revend plus haut."))
        local S = Strategy {
          name = "\(title)",
          version = "1.0.0",
          timeframe = "15m",
          warmup = 1,
          params = {
            below = param.float { 0.01, min = 0.001, max = 0.2 },
            above = param.float { 0.02, min = 0.001, max = 0.5 },
            share = param.float { 0.1, min = 0.01, max = 1 },
          },
        }

        -- \(say("Asked at every close; what it queues is placed before the next candle opens.",
            fr: "Demandé à chaque clôture ; ce qu'elle demande est placé avant l'ouverture suivante."))
        function S:on_candle()
          if self.position.is_open or #self.orders > 0 then return end
          local limit = self.close[0] * (1 - self.params.below)
          self:buy {
            value = self.balance * self.params.share,
            limit = limit,
            stop = limit * (1 - self.params.above),
            take = limit * (1 + self.params.above),
            -- \(say("Forgotten after so many candles.", fr: "Oublié après tant de bougies."))
            expires = 20,
          }
        end

        function S:on_position_closed(trade)
          log.info("closed", { profit = trade.profit, reason = trade.reason })
        end

        return S

        """
    }
}
