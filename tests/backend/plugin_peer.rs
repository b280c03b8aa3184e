//! An independent peer (the Rust SDK, its own protocol code and its own Arrow reader) decodes what
//! the plugin answers.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
};

use grafana_plugin_sdk::{
    arrow2::{
        array::{Array, PrimitiveArray},
        datatypes::Schema,
        io::ipc::read::{FileReader, read_file_metadata},
    },
    pluginv2::{
        DataQuery, DataResponse, DataSourceInstanceSettings, PluginContext, QueryDataRequest,
        TimeRange, User, data_client::DataClient,
    },
};
use hyper_util::rt::TokioIo;
use leverframe_tests::binaries::binary;
use serde_json::{Value, json};
use tokio::net::UnixStream;
use tonic::transport::{Channel, Endpoint, Uri};

/// Labels that break careless code: quotes, a backslash, a newline, an emoji by surrogate pair,
/// white space around.
const MATRIX: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[
  {"metric":{"__name__":"up","path":"C:\\dir \"x\"\n","face":"\ud83d\ude00"},"values":[[1700000000,"1"],[1700000015.5,"NaN"],[1700000030,"-Inf"]]},
  {"metric":{ "__name__" : "up" , "path" : "" },"values":[[1700000000,"0.1"],[1700000015,"1e-320"],[1700000030,"-0"]]}]},
  "warnings":["a store did not answer"]}"#;

struct Plugin(Child);

impl Drop for Plugin {
    fn drop(&mut self) {
        self.0.kill().expect("the plugin is ours to end");
        self.0.wait().expect("the plugin ends");
    }
}

/// Answers every request on a connection of its own with `body`, `times` times.
fn upstream(body: &'static str, times: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().take(times) {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap();
            assert!(read > 0, "a request was expected");
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    url
}

async fn start() -> (Plugin, DataClient<Channel>) {
    let mut child = Command::new(binary("gpx_leverframe"))
        .env("grafana_plugin_type", "datasource")
        .env("PLUGIN_PROTOCOL_VERSIONS", "2")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let plugin = Plugin(child);
    let parts: Vec<_> = line.trim().split('|').collect();
    assert_eq!((parts[..3].to_vec(), parts[4]), (vec!["1", "2", "unix"], "grpc"), "{line}");
    let path = parts[3].to_owned();
    let connect = tower::service_fn(move |_: Uri| {
        let path = path.clone();
        async move { UnixStream::connect(path).await.map(TokioIo::new) }
    });
    let channel = Endpoint::from_static("http://unused").connect_with_connector(connect).await;
    (plugin, DataClient::new(channel.unwrap()))
}

fn request(url: &str, query: &Value) -> QueryDataRequest {
    let settings = DataSourceInstanceSettings {
        uid: "peer".to_owned(),
        json_data: serde_json::to_vec(&json!({ "prometheusUrl": url })).unwrap(),
        last_updated_ms: 1,
        ..DataSourceInstanceSettings::default()
    };
    let context = PluginContext {
        org_id: 1,
        plugin_id: "leverframe-operations-datasource".to_owned(),
        user: Some(User { login: "ann".to_owned(), role: "Viewer".to_owned(), ..User::default() }),
        data_source_instance_settings: Some(settings),
        ..PluginContext::default()
    };
    let query = DataQuery {
        ref_id: "A".to_owned(),
        max_data_points: 100,
        interval_ms: 15_000,
        time_range: Some(TimeRange {
            from_epoch_ms: 1_700_000_000_000,
            to_epoch_ms: 1_700_000_030_000,
        }),
        json: serde_json::to_vec(query).unwrap(),
        query_type: "promql".to_owned(),
    };
    QueryDataRequest {
        plugin_context: Some(context),
        queries: vec![query],
        ..QueryDataRequest::default()
    }
}

fn decode(frame: &[u8]) -> (Schema, Vec<Box<dyn Array>>) {
    let mut bytes = std::io::Cursor::new(frame);
    let metadata = read_file_metadata(&mut bytes).unwrap();
    let schema = metadata.schema.clone();
    let mut chunks = FileReader::new(bytes, metadata, None, None);
    let chunk = chunks.next().expect("one record batch").unwrap();
    assert!(chunks.next().is_none(), "one record batch");
    (schema, chunk.into_arrays())
}

fn values<T: grafana_plugin_sdk::arrow2::types::NativeType>(column: &dyn Array) -> Vec<T> {
    let column = column.as_any().downcast_ref::<PrimitiveArray<T>>().expect("a primitive column");
    assert_eq!(column.null_count(), 0);
    column.values().to_vec()
}

async fn ask(url: &str, query: &Value) -> DataResponse {
    let (_plugin, mut client) = start().await;
    let answer = client.query_data(request(url, query)).await.unwrap().into_inner();
    answer.responses["A"].clone()
}

#[tokio::test]
async fn a_range_query_keeps_every_label_time_and_bit() {
    let answer = ask(&upstream(MATRIX, 1), &json!({ "expr": "up", "range": true })).await;
    assert_eq!(answer.error, "");
    assert_eq!(answer.frames.len(), 2, "a frame per series");

    let (schema, columns) = decode(&answer.frames[0]);
    let labels: BTreeMap<String, String> =
        serde_json::from_str(&schema.fields[1].metadata["labels"]).unwrap();
    assert_eq!(labels["path"], "C:\\dir \"x\"\n");
    assert_eq!(labels["face"], "😀");
    let times: Vec<i64> = values(&*columns[0]);
    let ms = |ms: i64| ms * 1_000_000;
    assert_eq!(times, [ms(1_700_000_000_000), ms(1_700_000_015_500), ms(1_700_000_030_000)]);
    let bits: Vec<u64> = values::<f64>(&*columns[1]).into_iter().map(f64::to_bits).collect();
    assert_eq!(bits[0], 1f64.to_bits());
    assert!(f64::from_bits(bits[1]).is_nan());
    assert_eq!(bits[2], f64::NEG_INFINITY.to_bits());

    let (_, columns) = decode(&answer.frames[1]);
    let bits: Vec<u64> = values::<f64>(&*columns[1]).into_iter().map(f64::to_bits).collect();
    assert_eq!(bits, [0.1f64.to_bits(), 1e-320f64.to_bits(), (-0f64).to_bits()]);
}

#[tokio::test]
async fn a_frame_says_what_it_is() {
    let answer = ask(&upstream(MATRIX, 1), &json!({ "expr": "up", "range": true })).await;
    let (schema, _) = decode(&answer.frames[0]);
    assert_eq!(schema.metadata["refId"], "A");
    let meta: Value = serde_json::from_str(&schema.metadata["meta"]).unwrap();
    assert_eq!(meta["type"], "timeseries-multi");
    assert_eq!(meta["typeVersion"], json!([0, 1]));
    assert_eq!(meta["executedQueryString"], "Expr: up\nStep: 15s");
    assert_eq!(meta["notices"][0]["text"], "a store did not answer");
    let config: Value = serde_json::from_str(&schema.fields[0].metadata["config"]).unwrap();
    assert_eq!(config["interval"], 15_000.0);
}
