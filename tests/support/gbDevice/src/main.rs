//! A device of GB/T 28181 by another hand: registers, lists itself, and sends a clip again and again while it is watched. It says on a line each
//! how many watch it, what it was asked to do and what it hears first of each voice, and ends with its standard input.
//!
//! gb-device PLATFORM_PORT LOCAL_PORT udp|tcp-out DEVICE_ID PASSWORD CLIP

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gb28181_rs::config::{Gb28181Config, Transport};
use gb28181_rs::frame::{AccessUnit, Nalu};
use gb28181_rs::manscdp::PtzCommand;
use gb28181_rs::mock::MockFrameHub;
use gb28181_rs::server::{DeviceControlHandler, Gb28181Server};

struct Controls;

impl DeviceControlHandler for Controls {
    fn on_force_iframe(&self) {
        println!("key picture");
    }
    fn on_ptz(&self, command: &PtzCommand) {
        println!("turn {command:?}");
    }
}

/// The stream of the voice that was heard last.
static HEARD: AtomicU64 = AtomicU64::new(u64::MAX);

fn hear(payload: &[u8], ssrc: u32) {
    if HEARD.swap(u64::from(ssrc), Ordering::Relaxed) != u64::from(ssrc) {
        println!("hears {} bytes of {:02x}", payload.len(), payload.first().unwrap_or(&0));
    }
}

/// The NAL units of an Annex B stream, without start codes.
fn nal_units(stream: &[u8]) -> Vec<&[u8]> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at + 3 <= stream.len() {
        if stream[at..at + 3] == [0, 0, 1] {
            let before = if at > 0 && stream[at - 1] == 0 { at - 1 } else { at };
            starts.push((before, at + 3));
            at += 3;
        } else {
            at += 1;
        }
    }
    let ends = starts.iter().skip(1).map(|start| start.0).chain([stream.len()]);
    starts.iter().zip(ends).map(|(start, end)| &stream[start.1..end]).collect()
}

/// The units of one picture each: the next one begins with a slice of its first macroblock, or with what is no slice.
fn pictures(stream: &[u8]) -> Vec<Vec<Nalu>> {
    let is_slice = |kind: u8| kind == 1 || kind == 5;
    let mut all = Vec::new();
    let mut units: Vec<Nalu> = Vec::new();
    for data in nal_units(stream) {
        let kind = data.first().map_or(0, |first| first & 0x1f);
        let begins = !is_slice(kind) || data.get(1).is_some_and(|second| second & 0x80 != 0);
        if begins && units.last().is_some_and(|last| is_slice(last.nalu_type)) {
            all.push(std::mem::take(&mut units));
        }
        units.push(Nalu {
            nalu_type: kind,
            data: data.to_vec(),
            is_idr: kind == 5,
            is_sps: kind == 7,
            is_pps: kind == 8,
            is_aud: kind == 9,
        });
    }
    all.push(units);
    all
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [platform_port, local_port, way, device, password, clip] = words.as_slice() else {
        panic!("gb-device PLATFORM_PORT LOCAL_PORT udp|tcp-out DEVICE_ID PASSWORD CLIP");
    };
    let pictures = pictures(&std::fs::read(clip).expect("the clip is read"));
    let config = Gb28181Config {
        platform_sip_address: "127.0.0.1".to_string(),
        platform_sip_port: platform_port.parse().expect("a port"),
        local_sip_port: local_port.parse().expect("a port"),
        device_id: device.clone(),
        channel_id: device.clone(),
        sip_domain: "4212000000".to_string(),
        password: password.clone(),
        device_name: Some("后厨一号".to_string()),
        heartbeat_interval_secs: 5,
        transport: if way == "udp" { Transport::Udp } else { Transport::TcpOut },
        ..Gb28181Config::default()
    };
    let hub = Arc::new(MockFrameHub::new());
    let _server = Gb28181Server::with_recording_index(config, hub.clone(), None)
        .with_control_handler(Some(Arc::new(Controls)))
        .with_audio_sink(Arc::new(hear))
        .spawn()
        .await
        .expect("the device starts");
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let mut watching = 0;
    let mut pace = tokio::time::interval(Duration::from_micros(66_667));
    for units in pictures.iter().cycle() {
        pace.tick().await;
        hub.write(AccessUnit {
            is_key_frame: units.iter().any(|unit| unit.is_idr),
            nalus: units.clone(),
            timestamp: Instant::now(),
        });
        if hub.subscriber_count() != watching {
            watching = hub.subscriber_count();
            println!("watched by {watching}");
        }
    }
}
