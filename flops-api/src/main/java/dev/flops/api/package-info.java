/**
 * Contracts and values that every other module speaks: what a query, a budget, an allocation and an estimate are.
 */
package dev.flops.api;
