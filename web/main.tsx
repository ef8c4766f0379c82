import './styles/base.css';
import './styles/parts.css';
import './styles/desk.css';
import './styles/sales.css';
import './styles/shop.css';
import { render } from 'preact';
import { startFaults } from './api/faults.ts';
import { App } from './app.tsx';
import { start } from './session.ts';
import { countDepth } from './ui/depth.ts';
import { startKeys } from './ui/keys.ts';

const root = document.getElementById('app');
if (!root) throw new Error('The page has no root');
startFaults();
startKeys();
countDepth();
await start();
render(<App />, root);
