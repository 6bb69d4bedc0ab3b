/** The people the group deals with and the things it buys: invented suppliers, customers, payers, items and services. */
import type { Criticality } from '#queries/model/event.ts'
import type { Party } from './events.ts'

export interface Supplier extends Party { type: 'supplier'; channel: 'edi' | 'portal'; contract: string }
/** `price` is in hundredths at Swiss level, per unit. */
export interface Item { id: string; name: string; unit: string; price: number; criticality: Criticality }

const supplier = (number: number, name: string, channel: 'edi' | 'portal'): Supplier =>
  ({ type: 'supplier', id: `SUP-${String(1000 + number)}`, name, channel, contract: `CTR-${String(24000 + number * 7)}` })

export const SUPPLIERS: readonly Supplier[] = [
  supplier(11, 'Helvetamed AG', 'edi'), supplier(14, 'Kaltbach Chirurgie GmbH', 'edi'), supplier(17, 'Norrland Diagnostics AB', 'edi'),
  supplier(21, 'Weserpharm Handel', 'edi'), supplier(23, 'Cottesmore Surgical Ltd', 'portal'), supplier(26, 'Aldeia Hospitalar SA', 'portal'),
  supplier(29, 'Oberland Textilpflege AG', 'portal'), supplier(32, 'Pennard Gases plc', 'edi'), supplier(35, 'Rheinkern Implantate GmbH', 'edi'),
  supplier(38, 'Lucent Imaging Supplies', 'portal'), supplier(41, 'Al Noor Medical Trading', 'portal'), supplier(44, 'Brugg Labortechnik AG', 'edi'),
  supplier(47, 'Fairholme Catering Supplies', 'portal'), supplier(50, 'Isarwerk Medizintechnik', 'edi'), supplier(53, 'Tessera Wound Care', 'portal'),
  supplier(56, 'Quellental Infusion AG', 'edi'),
]

const item = (number: number, name: string, unit: string, price: number, criticality: Criticality): Item =>
  ({ id: `ITM-${String(30000 + number)}`, name, unit, price, criticality })

export const ITEMS: readonly Item[] = [
  item(101, 'Nitrile gloves, medium', 'box', 890, 'high'), item(102, 'Nitrile gloves, large', 'box', 890, 'high'), item(117, 'Sodium chloride 0.9 % 1 l', 'bag', 310, 'critical'),
  item(118, 'Ringer lactate 1 l', 'bag', 340, 'critical'), item(131, 'Central venous catheter set', 'piece', 6450, 'critical'), item(140, 'Syringe 10 ml', 'box', 1720, 'normal'),
  item(142, 'Cannula 18 G', 'box', 2410, 'normal'), item(155, 'Hip stem, cementless', 'piece', 148500, 'high'), item(156, 'Knee insert', 'piece', 89200, 'high'),
  item(163, 'Suture 3-0', 'box', 9850, 'normal'), item(170, 'Surgical drape set', 'set', 3890, 'normal'), item(178, 'Oxygen cylinder 10 l', 'piece', 4120, 'critical'),
  item(184, 'Troponin reagent kit', 'kit', 41800, 'high'), item(185, 'Blood gas cartridge', 'piece', 38900, 'critical'), item(190, 'Contrast medium 100 ml', 'vial', 7350, 'normal'),
  item(201, 'Heparin 25,000 IU', 'vial', 1180, 'critical'), item(202, 'Insulin glargine pen', 'pen', 1490, 'high'), item(214, 'Paracetamol infusion', 'vial', 420, 'normal'),
  item(226, 'Wound dressing 10 × 20', 'box', 5640, 'low'), item(233, 'Bed linen set', 'set', 2980, 'low'), item(240, 'Copy paper A4', 'box', 2350, 'low'),
  item(251, 'Disinfectant 5 l', 'canister', 3870, 'high'), item(262, 'FFP2 mask', 'box', 1990, 'normal'), item(273, 'Dialysis filter', 'piece', 8740, 'critical'),
]

export const CUSTOMERS: readonly Party[] = [
  { type: 'customer', id: 'CUS-4011', name: 'Praxisverbund Seetal' }, { type: 'customer', id: 'CUS-4017', name: 'Kantonsspital Freiamt' },
  { type: 'customer', id: 'CUS-4023', name: 'Rehazentrum Alpnach' }, { type: 'customer', id: 'CUS-4038', name: 'Donaukreis Pflegeheime' },
  { type: 'customer', id: 'CUS-4042', name: 'Hallam Occupational Health' }, { type: 'customer', id: 'CUS-4055', name: 'Avon Community Nursing' },
  { type: 'customer', id: 'CUS-4061', name: 'Clínica do Parque' }, { type: 'customer', id: 'CUS-4074', name: 'Gulf Polyclinic Company' },
  { type: 'customer', id: 'CUS-4088', name: 'Betriebsarzt Nord' }, { type: 'customer', id: 'CUS-4093', name: 'Sportmedizin Bodensee' },
]

export const PAYERS: readonly Party[] = [
  { type: 'payer', id: 'PAY-71', name: 'Concordanz Versicherung' }, { type: 'payer', id: 'PAY-74', name: 'Nordstern Krankenkasse' },
  { type: 'payer', id: 'PAY-78', name: 'Albion Health Cover' }, { type: 'payer', id: 'PAY-83', name: 'Seguro Atlântico' }, { type: 'payer', id: 'PAY-89', name: 'Wafra Takaful' },
]

/** `channel` picks the reporting system; `consumes`: stock is used; `price` in hundredths at Swiss level. */
export interface Service { code: string; name: string; channel: 'ehr' | 'laboratory' | 'radiology'; price: number; consumes: boolean }

export const SERVICES: readonly Service[] = [
  { code: 'OP-5820', name: 'Hip replacement', channel: 'ehr', price: 1_284_000, consumes: true }, { code: 'OP-5822', name: 'Knee replacement', channel: 'ehr', price: 1_196_000, consumes: true },
  { code: 'OP-5511', name: 'Appendectomy', channel: 'ehr', price: 486_000, consumes: true }, { code: 'IN-8930', name: 'Intensive care day', channel: 'ehr', price: 312_000, consumes: true },
  { code: 'AM-0010', name: 'Outpatient consultation', channel: 'ehr', price: 14_200, consumes: false }, { code: 'AM-0021', name: 'Wound care', channel: 'ehr', price: 9_800, consumes: true },
  { code: 'DI-4010', name: 'Dialysis session', channel: 'ehr', price: 58_300, consumes: true }, { code: 'RX-3100', name: 'Chest X-ray', channel: 'radiology', price: 11_900, consumes: false },
  { code: 'RX-3220', name: 'CT abdomen with contrast', channel: 'radiology', price: 47_600, consumes: true }, { code: 'RX-3300', name: 'MRI knee', channel: 'radiology', price: 68_900, consumes: false },
  { code: 'LB-1005', name: 'Blood count', channel: 'laboratory', price: 2_300, consumes: false }, { code: 'LB-1042', name: 'Troponin', channel: 'laboratory', price: 4_800, consumes: true },
  { code: 'LB-1077', name: 'Blood gas analysis', channel: 'laboratory', price: 3_900, consumes: true }, { code: 'LB-1120', name: 'Microbiology culture', channel: 'laboratory', price: 8_700, consumes: false },
]
