#ifndef CREPORTASSETS_H
#define CREPORTASSETS_H
#include <stddef.h>

/// A file of the report's page, embedded when the program was built.
typedef struct {
    /// UTF-8, without a zero at the end; valid for ever.
    const unsigned char *bytes;
    size_t count;
} ah_report_asset;

/// The style sheet.
ah_report_asset ah_report_style(void);

/// How many scripts there are.
size_t ah_report_script_count(void);

/// The script at `index`, 0 up to `ah_report_script_count()`, in the order in which they must stand in the page;
/// empty outside that range.
ah_report_asset ah_report_script(size_t index);

#endif
