"""A good scenario with every section, each entry on its own line, for tests that break it."""

GOOD = """\
format: multivector/1
name: two-buyers
title: A small exporter with two buyers and one pipeline
country: KAZ
currency: USD
price_year: 2024
horizon_months: 60
gdp: {value: 288e9, source: wb, as_of: 2024, trust: official}
sources:
  wb: {title: World Development Indicators, where: data.worldbank.org}
partners:
  russia: {title: Russia, bloc: east, colour: red}
  china: {title: China, bloc: east, colour: blue}
  eu: {title: European Union, bloc: west, colour: green}
channels:
  exports:
    kind: trade
    ceiling: 0.6
    theta_months: 9
    haircut: 0.1
    kappa: 0.5
  imports: {kind: trade, ceiling: 0.5, theta_months: 6, haircut: 0.1, kappa: 0.5, buffer_months: 2}
  investment: {kind: investment}
exposures:
  exports:
    russia: 9.5e9
    china: {value: 14.9e9, source: wb, as_of: 2024, trust: official}
    eu: 40e9
  imports: {russia: 18e9, china: 15e9, eu: 12e9}
  investment: {russia: 1.5e9, china: 1.4e9, eu: 15e9}
corridors:
  cpc:
    capacity: 45e9
    hosts: {russia: 1.0}
  caspian: {title: Caspian ports, capacity: 6e9, hosts: {}}
legs:
  exports:
    eu: {cpc: 0.9, caspian: 0.1}
spillover:
  - {from: trade, to: investment, eta: 0.3, lag_months: 6}
stress:
  - partner: russia
    channels:
      exports: {pert: [0.2, 0.5, 0.9]}
      imports: 0.4
      transit: {beta: {mean: 0.4, sd: 0.2}}
    severity_correlation: 0.5
    onset_month: {uniform: [0, 12]}
    ramp_months: 2
    duration_months: {lognormal: {median: 18, sigma: 0.6}}
    half_life_months: 12
    scar: 0.1
hazard:
  copula:
    family: t
    nu: 4
    loadings: {global: 0.4, bloc: 0.3}
  partners:
    china:
      intensity: 0.02
      channels: {exports: {triangular: [0.1, 0.4, 0.8]}}
      duration_months: {gamma: {mean: 24, sd: 6}}
      ties: {value: 1, baseline: 1, beta: 0.5}
contracts:
  - {name: dual-stability clause, partner: russia, channel: exports, honoured: 0.7, floor: 0.6}
mixes:
  article:
    exports: {china: 0.47, russia: 0.28, eu: 0.25}
measures:
  caspian-port:
    title: Double the Caspian port
    cost: 1.2e9
    set: {corridors.caspian.capacity: 12e9}
claims:
  storms: {title: fewer flashpoints, quantity: ruptures.expected, under: mixes.article, against: today, change: -0.65}
overrides:
  weak:
    channels.exports.ceiling: 0.3
"""
