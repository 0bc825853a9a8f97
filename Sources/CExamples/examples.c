// The strategies of strategies/, embedded at build time. A new one is one line in each of the two lists below.
#include "CExamples.h"

#define EXAMPLE_BYTES(name) static const unsigned char name##_bytes[] =
#define EXAMPLE(name) {#name, name##_bytes, sizeof name##_bytes}

// clang-format off
// #embed is C23; this compiler offers it in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"
EXAMPLE_BYTES(bollinger_breakout) {
#embed "../../strategies/bollinger_breakout.lua"
};
EXAMPLE_BYTES(ema_cross) {
#embed "../../strategies/ema_cross.lua"
};
EXAMPLE_BYTES(grid_ladder) {
#embed "../../strategies/grid_ladder.lua"
};
EXAMPLE_BYTES(macd_trend) {
#embed "../../strategies/macd_trend.lua"
};
EXAMPLE_BYTES(multi_timeframe_pullback) {
#embed "../../strategies/multi_timeframe_pullback.lua"
};
EXAMPLE_BYTES(pairs) {
#embed "../../strategies/pairs.lua"
};
EXAMPLE_BYTES(rsi_reversion) {
#embed "../../strategies/rsi_reversion.lua"
};
EXAMPLE_BYTES(supertrend) {
#embed "../../strategies/supertrend.lua"
};
// clang-format on

static const ar_example examples[] = {
    EXAMPLE(bollinger_breakout), EXAMPLE(ema_cross), EXAMPLE(grid_ladder), EXAMPLE(macd_trend),
    EXAMPLE(multi_timeframe_pullback), EXAMPLE(pairs), EXAMPLE(rsi_reversion), EXAMPLE(supertrend),
};

size_t ar_example_count(void) { return sizeof examples / sizeof examples[0]; }

const ar_example *ar_example_at(size_t index) {
    return index < ar_example_count() ? &examples[index] : NULL;
}
