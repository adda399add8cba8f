/**
 * Adapters: few parameters, attached to a network that stays as it is. An adapted network has all parameters of the one it
 * was made of, with their names, values and sites, and the adapter's behind them; which of them are trained is a
 * selection of names, and everything else is frozen.
 */
package dev.flops.models.adapter;
