/**
 * Reports for people: one HTML file each, self-contained, with charts. It holds its data as JSON, which a script draws;
 * nothing is loaded from elsewhere.
 */
@NullMarked
package dev.flops.bench.report.html;

import org.jspecify.annotations.NullMarked;
