export {
  audit,
  duration,
  panel,
  paymentMethod,
  paymentStatus,
  rejectReason,
  right,
  subscriptionStatus,
} from '../../locales/ru.json';
