/**
 * jqwik arbitraries for what estimators and allocators take. They make problems (shapes, parameters, allocations,
 * losses), never the random samples under test.
 *
 * <p>This package alone needs jqwik 1.9; the module requires it statically.
 */
package dev.flops.verify.arbitrary;
