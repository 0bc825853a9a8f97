// The style sheet and scripts of the HTML report, embedded at build time. A new script is one line in each of the two
// lists below.
#include "CReportAssets.h"

// clang-format off
// #embed is C23; this compiler offers it in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char style[] = {
#embed "assets/report.css"
};
static const unsigned char script_data[] = {
#embed "assets/data.js"
};
static const unsigned char script_chart[] = {
#embed "assets/chart.js"
};
static const unsigned char script_price[] = {
#embed "assets/price.js"
};
static const unsigned char script_trades[] = {
#embed "assets/trades.js"
};
static const unsigned char script_page[] = {
#embed "assets/page.js"
};
static const unsigned char script_controls[] = {
#embed "assets/controls.js"
};
// clang-format on

#define ASSET(name) {name, sizeof name}

static const ah_report_asset scripts[] = {
    ASSET(script_data),   ASSET(script_chart), ASSET(script_price),
    ASSET(script_trades), ASSET(script_page),  ASSET(script_controls),
};

ah_report_asset ah_report_style(void) { return (ah_report_asset)ASSET(style); }

size_t ah_report_script_count(void) { return sizeof scripts / sizeof scripts[0]; }

ah_report_asset ah_report_script(size_t index) {
    if (index >= ah_report_script_count()) return (ah_report_asset){NULL, 0};
    return scripts[index];
}
