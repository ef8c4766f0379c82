export {
  audit,
  broadcastAudience,
  broadcastStatus,
  duration,
  panel,
  paymentMethod,
  paymentStatus,
  rejectReason,
  right,
  setting,
  subscriptionStatus,
  systemHealth,
} from '../../locales/ru.json';
