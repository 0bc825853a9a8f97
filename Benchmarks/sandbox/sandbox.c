// Costs of the sandbox in CPU nanoseconds: a candle's two callbacks, their parts, creation, memory.
#include "CLuaHost.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static const char script[] =
    "local ta = require 'ta'\n"
    "local S = {}\n"
    "function S:should_long() return ta.crossover(self.fast, self.slow) end\n"
    "function S:should_short() return ta.crossunder(self.fast, self.slow) end\n"
    "function S:empty() end\n"
    "function S:reads() local a, b = self.fast, self.slow\n"
    "  return a[1] <= b[1] and a[0] > b[0] or a[0] < b[0] and a[1] > 1e9 end\n"
    "function S:balance() return self.cash * 0.1 end\n"
    "function S:loop() local s = 0 for i = 1, 1000 do s = s + i end return s end\n"
    "return S\n";

enum { ROWS = 4096, CANDLES = 2000000 };

static ah_value name(const char *text) {
    ah_value v = {.kind = AH_STRING, .length = (uint32_t)strlen(text)};
    v.text = text;
    return v;
}

static ah_value reference(ah_ref ref) {
    ah_value v = {.kind = AH_REFERENCE};
    v.integer = ref;
    return v;
}

static ah_machine *open_machine(void) {
    ah_limits limits = {0};
    return ah_create(&limits, 1);
}

static void measure(ah_machine *m, ah_clock *clock, ah_ref strategy, ah_ref self, const char *label,
    const char *const *functions, int count, int calls) {
    ah_step steps[4];
    memset(steps, 0, sizeof steps);
    for (int i = 0; i < count; i++) {
        ah_value f;
        ah_get(m, strategy, name(functions[i]), &f);
        steps[i].function = (ah_ref)f.integer;
        steps[i].receiver = self;
        steps[i].result_count = 1;
    }
    double best = 1e18;
    for (int round = 0; round < 3; round++) {
        clock->count = 2;
        double start = cpu();
        for (int i = 0; i < calls; i++) {
            int32_t done;
            clock->count++;
            if (ah_run(m, steps, count, &done) != AH_OK) {
                printf("%s: %s\n", label, ah_last_error(m)->message);
                exit(1);
            }
        }
        double each = (cpu() - start) / calls;
        if (each < best) best = each;
    }
    printf("%-44s %8.1f ns\n", label, best);
}

int main(void) {
    static double fast[ROWS], slow[ROWS], cash = 1000;
    for (int i = 0; i < ROWS; i++) {
        fast[i] = i % 17;
        slow[i] = i % 13;
    }
    ah_clock clock = {2};
    ah_series a = {fast, ROWS - 1, &clock, 2000, AH_F64, 0}, b = {slow, ROWS - 1, &clock, 2000, AH_F64, 0};
    ah_record record = {"balance", NULL, 0, 0, &cash};
    ah_machine *m = open_machine();
    ah_ref ta, builtin, self, value, chunk;
    ah_new_table(m, &ta);
    ah_builtin(m, "crossover", &builtin);
    ah_set(m, ta, name("crossover"), reference(builtin));
    ah_builtin(m, "crossunder", &builtin);
    ah_set(m, ta, name("crossunder"), reference(builtin));
    ah_set_module(m, "ta", ta);
    ah_new_table(m, &self);
    ah_new_series(m, &a, &value);
    ah_set(m, self, name("fast"), reference(value));
    ah_new_series(m, &b, &value);
    ah_set(m, self, name("slow"), reference(value));
    ah_new_record(m, &record, &value);
    ah_set(m, self, name("cash"), reference(value));
    if (ah_load(m, script, sizeof script - 1, "bench.lua", 0, false, &chunk) != AH_OK) return 1;
    ah_value strategy;
    if (ah_call(m, chunk, NULL, 0, &strategy, 1, true) != AH_OK) return 1;
    ah_ref s = (ah_ref)strategy.integer;

    measure(m, &clock, s, self, "entry and one empty callback", (const char *[]){"empty"}, 1, CANDLES);
    measure(m, &clock, s, self, "crossover and crossunder callbacks", (const char *[]){"should_long", "should_short"},
        2, CANDLES);
    measure(m, &clock, s, self, "one callback with six series reads", (const char *[]){"reads"}, 1, CANDLES);
    measure(m, &clock, s, self, "one callback with balance * 0.1", (const char *[]){"balance"}, 1, CANDLES);
    measure(m, &clock, s, self, "one callback with a loop of 1000 additions", (const char *[]){"loop"}, 1, 20000);
    ah_close(m);

    double start = cpu();
    for (int i = 0; i < 5000; i++) ah_close(open_machine());
    printf("%-44s %8.1f us\n", "create and close an empty machine", (cpu() - start) / 5000 / 1000);
    m = open_machine();
    printf("%-44s %8.1f KiB\n", "memory of an empty machine", (double)ah_memory_used(m) / 1024);
    ah_close(m);
    return 0;
}
